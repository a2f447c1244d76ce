"""Pages: server-rendered on the desks' views, under a strict policy; a page's JSON twin is the API's answer."""
