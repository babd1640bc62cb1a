//! The menu where it has to be short: a label on a page, an input box. One line, each device by its
//! short name, and that only where it says something.

use super::{Choice, Menu, Text, ascii, written};
use crate::core::choice::Naming;
use crate::core::host::Charset;

impl Menu {
    pub(super) fn one_line(&self, charset: Charset) -> Text {
        // Who types nothing expects the first. Where the service means another one, it is said.
        let first = self.choices.first().map(|(number, _)| *number);
        let default = self.default_number().filter(|number| Some(*number) != first);
        let mut head = "Duo: ".to_owned();
        let ways =
            self.choices.iter().zip(self.short_labels(charset)).map(|((number, _), label)| {
                let enter = if default == Some(*number) { "Enter or " } else { "" };
                format!("{}{enter}{number} = {label}", std::mem::take(&mut head))
            });
        let ways: Vec<String> = ways.collect();
        let or = if ways.is_empty() { "Duo: type a passcode" } else { ", or type a passcode" };
        Text::asking(&ways, ", ", self.more().trim_start(), or)
    }

    /// What to call each choice, as short as leaves no doubt which device is meant.
    pub(super) fn short_labels(&self, charset: Charset) -> Vec<String> {
        let naming = if self.is_of_one_device() { Naming::Needless } else { Naming::Short };
        let labels = self.ways().map(|choice| choice.short_label(charset, naming));
        // Transliterated before they are measured: that can make them longer.
        labels.map(|label| written(&label, charset)).collect()
    }

    /// Notes which devices have a short name that is another's too, on a host that writes ASCII.
    pub(super) fn note_the_alike(mut self) -> Self {
        let short = |choice: &Choice| {
            (
                choice.kind,
                ascii::written(choice.short_name(Charset::Ascii)),
                choice.names().1.to_owned(),
            )
        };
        let all: Vec<_> = self.ways().map(short).collect();
        let alike = |choice: &Choice| {
            let (kind, name, number) = short(choice);
            all.iter().any(|other| (other.0, &other.1) == (kind, &name) && other.2 != number)
        };
        for choice in self.choices.iter_mut().map(|(_, choice)| choice).chain(&mut self.default) {
            choice.alike = alike(choice);
        }
        self
    }

    /// Does every way lead to the same device, each in another manner?
    fn is_of_one_device(&self) -> bool {
        let Some(first) = self.ways().next() else { return false };
        let kinds = |kind| self.ways().filter(|choice| choice.kind == kind).count();
        self.ways().all(|way| way.names() == first.names() && kinds(way.kind) == 1)
    }
}
