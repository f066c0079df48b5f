"""One account at one service, ready to use: what it asks, what it sends once, what it keeps."""

from mj_widgets.account.account import Account, choose

__all__ = ["Account", "choose"]
