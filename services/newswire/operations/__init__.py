"""What newswire can do, callable without its command line: values and ports in, values out."""
