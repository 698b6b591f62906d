"""iep-mail: reads a parent's mail with the school every night and keeps the paper trail."""

__version__ = "0.1.0"
