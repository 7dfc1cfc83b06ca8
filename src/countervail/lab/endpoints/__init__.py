"""What the lab's server answers, a subject a file; each adds its addresses to a router."""
