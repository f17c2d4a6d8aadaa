//! Marks that stay on the thing: camera frames, the link to the vision worker, and the picture with
//! the marks over it. It is told marks and says states; it knows no case, no words and no screen.
//!
//! The browser's newer parts (workers, video frames, WebGL) are reached by name through
//! `device::loose`: every typed binding would be paid for in the page's first script.

pub mod frames;
pub mod gl;
pub mod labels;
pub mod lens;
pub mod letters;
pub mod link;
pub mod marks;
pub mod rung;
pub mod stand;
