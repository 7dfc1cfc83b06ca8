"""What a text mentions: rates, money, volumes, dates, measures, firms; one kind a module."""
