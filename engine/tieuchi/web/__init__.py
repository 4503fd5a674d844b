"""The page and the HTTP API, on one port, from one process that never runs foreign code itself.

The server (``server``, ``api``, ``page``) takes requests, keeps limits (``guard``, ``limits``) and counts them
(``observe``). Everything that can be slow, large or fatal, such as reading an upload or firing durable-rules, is done
by worker processes (``workers``, ``worker``), which are handed bytes and hand back bytes (``wire``). What they do
stands in ``tasks``, what a request may say in ``forms``, and what is wrong with it is told by ``problems``.
"""
