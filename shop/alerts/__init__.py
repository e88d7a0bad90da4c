"""One mail when a pack is back. The way in: `alerts.ask` for a view, `alerts.send_alerts` for the worker."""
