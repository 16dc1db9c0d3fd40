"""What readers may ask for. Each function is told who asks, and decides whether that one may."""
