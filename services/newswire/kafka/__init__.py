"""What the stages and the client both need to know of brokers. It imports aiokafka."""
