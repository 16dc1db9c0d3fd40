"""The pipeline, one file a stage; what the stages share beside them."""
