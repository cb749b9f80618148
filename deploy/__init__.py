"""What goes to AWS: one template and one zip, made from this checkout by one command."""

from deploy.packing import Package, package

__all__ = ["Package", "package"]
