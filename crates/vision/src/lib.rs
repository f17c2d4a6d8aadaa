//! Pixels in; pose, telltales and photo quality out.
