FROM someone/thing:1.2.3
