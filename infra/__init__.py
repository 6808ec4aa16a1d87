"""The cloud, the operator's command and the local cloud. Nothing that is deployed imports this package."""
