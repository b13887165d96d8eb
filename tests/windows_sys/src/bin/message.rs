//! Asks a question by a crate of others, `win-msgbox`.  On Windows in a box; Lapwing, which has no
//! screen, writes it to the standard error output and answers for the user.

use win_msgbox::{Okay, YesNo, information, question};

fn main() {
    let question = question::<YesNo>("Is there a screen?").title("Lapwing");
    println!("{:?}", question.show());
    println!("{:?}", information::<Okay>("There was none.").title("Lapwing").show());
}
