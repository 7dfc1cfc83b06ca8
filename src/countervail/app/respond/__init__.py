"""What should be done: a question is a module in here, with a request of the same name."""
