"""One account at one service, ready to use: what it asks, what it sends once, what it keeps."""

from mj_widgets.account.account import Account

__all__ = ["Account"]
