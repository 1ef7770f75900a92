"""Query: HTTP in; events, articles, feeds and the web page out; bounded reads."""
