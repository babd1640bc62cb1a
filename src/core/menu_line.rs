//! The menu where it has to be short: a label on a page, an input box. One line, each device by its
//! short name, and that only where it says something.

use super::{Menu, Size, Text, ascii};
use crate::core::choice::Naming;
use crate::core::host::Charset;

impl Menu {
    pub(super) fn one_line(&self, charset: Charset) -> Text {
        // Who types nothing expects the first. Where the service means another one, it is said.
        let default = self.default_number().filter(|number| Some(*number) != self.first_number());
        let mut ways: Vec<String> = self
            .choices
            .iter()
            .zip(self.short_labels(charset))
            .map(|((number, _), label)| {
                let enter = if default == Some(*number) { "Enter or " } else { "" };
                format!("{enter}{number} = {label}")
            })
            .collect();
        ways.push(
            if ways.is_empty() { "type a passcode" } else { "or type a passcode" }.to_owned(),
        );
        Text::lines(&format!("Duo: {}", ways.join(", ")), Size::PROMPT)
    }

    fn first_number(&self) -> Option<u32> {
        self.choices.first().map(|(number, _)| *number)
    }

    /// What to call each choice, as short as leaves no doubt which device is meant.
    fn short_labels(&self, charset: Charset) -> Vec<String> {
        let naming = if self.is_of_one_device() { Naming::Needless } else { Naming::Short };
        let short: Vec<String> =
            self.choices.iter().map(|(_, choice)| choice.short_label(charset, naming)).collect();
        let written = |label: &str| match charset {
            Charset::Unicode => label.to_owned(),
            Charset::Ascii => ascii::written(label),
        };
        let alike = |label: &str| short.iter().filter(|l| written(l) == written(label)).count() > 1;
        let labels = short.iter().zip(&self.choices).map(|(words, (_, choice))| {
            if alike(words) {
                choice.short_label(charset, Naming::WithNumber)
            } else {
                words.clone()
            }
        });
        labels.collect()
    }

    /// Does every way lead to the same device, each in another manner?
    fn is_of_one_device(&self) -> bool {
        let mut known = self.choices.iter().map(|(_, choice)| choice);
        let Some(first) = known.next() else { return false };
        let kinds = |kind| self.choices.iter().filter(|(_, choice)| choice.kind == kind).count();
        first.is_named_by_device()
            && known.all(|other| other.is_named_by_device() && other.names() == first.names())
            && self.choices.iter().all(|(_, choice)| kinds(choice.kind) == 1)
    }
}
