"""What should be done: a question is a module in here, with its request."""
