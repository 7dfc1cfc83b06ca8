"""Second opinions on a text: given by others where they are asked for, checked, set beside ours."""
