//! What every store must do, as functions over any store: placeholder for the macro below.
