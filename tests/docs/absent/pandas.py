"""Who follows the pages has no pandas, and waits half a second less for each command."""

raise ImportError("pandas is not installed where the pages are followed")
