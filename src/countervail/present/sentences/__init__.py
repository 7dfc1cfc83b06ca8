"""What an answer says, in sentences: templates over typed rows, a file a subject.

Rows in, sentence out. A sentence never reads printed text: every number in it is written here,
once, from the raw value, in the digits that its range supports (``present.digits.supported``).
Words are data, a file a language (``languages/``): templates, articles and forms of names, how
numbers and days are written, when a word is plural. A language is added by adding its file.
"""
