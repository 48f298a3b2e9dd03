//! Score changes split by cause, over generated evidence and decisions.
