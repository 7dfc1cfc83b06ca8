"""Bargains: packages of concessions, what they are worth, and what theory picks."""
