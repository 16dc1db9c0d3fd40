"""What a site says about itself: the feeds that its pages announce, and robots.txt."""
