//! case_link
