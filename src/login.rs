//! The flow: action, edge, event, machine.
