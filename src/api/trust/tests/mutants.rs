//! DER taken apart, and put together again with one thing changed.

/// An element and what is in it.
#[derive(Clone, Debug)]
pub struct Tree {
    tag: u8,
    inner: Inner,
}

#[derive(Clone, Debug)]
enum Inner {
    Bytes(Vec<u8>),
    /// Elements, and the bytes before them (a bit string says first how many bits are none).
    Trees(Vec<u8>, Vec<Tree>),
}

/// What is done to one element. Whatever stands around it gets the lengths that fit.
#[derive(Clone, Copy, Debug)]
enum Change {
    Drop,
    Double,
    /// Without its contents.
    Empty,
    /// With more contents than there were.
    More,
    /// The length in more bytes than it needs.
    LongLength,
    /// The length left open, and an end marked.
    OpenLength,
    /// A length beyond everything.
    HugeLength,
    /// A length that is one too many, or one too few.
    Off(i8),
    /// Another tag: these bits turned over.
    Tag(u8),
    /// The first, or the last, byte of the contents: these bits turned over.
    First(u8),
    Last(u8),
}

/// Every certificate that differs from this one at one boundary of one element.
pub fn mutants(tree: &Tree) -> impl Iterator<Item = Vec<u8>> + '_ {
    let bits = (0..8).map(|bit| 1_u8 << bit);
    let flips = bits.flat_map(|bit| [Change::Tag(bit), Change::First(bit), Change::Last(bit)]);
    let changes: Vec<Change> = [
        Change::Drop,
        Change::Double,
        Change::Empty,
        Change::More,
        Change::LongLength,
        Change::OpenLength,
        Change::HugeLength,
        Change::Off(1),
        Change::Off(-1),
    ]
    .into_iter()
    .chain(flips)
    .collect();
    (0..tree.size())
        .flat_map(move |at| changes.clone().into_iter().map(move |change| tree.changed(at, change)))
}

impl Tree {
    /// The one element that these bytes are; `None` when they are not.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (tree, rest) = Self::parse_one(bytes)?;
        rest.is_empty().then_some(tree)
    }

    fn parse_one(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&tag, rest) = bytes.split_first()?;
        let (length, rest) = match *rest {
            [length @ ..=0x7f, ref rest @ ..] | [0x81, length, ref rest @ ..] => {
                (usize::from(length), rest)
            }
            [0x82, high, low, ref rest @ ..] => {
                (usize::from(u16::from_be_bytes([high, low])), rest)
            }
            _ => return None,
        };
        let (inner, rest) = rest.split_at_checked(length)?;
        let wrapped = match (tag, inner) {
            _ if tag & 0x20 != 0 => Self::parse_all(inner).map(|trees| (Vec::new(), trees)),
            // What an extension or a signature holds.
            (4, _) => Self::parse_all(inner).map(|trees| (Vec::new(), trees)),
            (3, [0, inner @ ..]) => Self::parse_all(inner).map(|trees| (vec![0], trees)),
            _ => None,
        };
        let inner = match wrapped {
            Some((lead, trees)) => Inner::Trees(lead, trees),
            None => Inner::Bytes(inner.to_vec()),
        };
        Some((Tree { tag, inner }, rest))
    }

    fn parse_all(mut bytes: &[u8]) -> Option<Vec<Self>> {
        let mut trees = Vec::new();
        while !bytes.is_empty() {
            let (tree, rest) = Self::parse_one(bytes)?;
            trees.push(tree);
            bytes = rest;
        }
        Some(trees)
    }

    /// The first element in it: of a certificate what is signed.
    pub fn first(&self) -> &Tree {
        match &self.inner {
            Inner::Trees(_, trees) => &trees[0],
            Inner::Bytes(_) => self,
        }
    }

    /// Itself and all elements in it.
    fn size(&self) -> usize {
        match &self.inner {
            Inner::Bytes(_) => 1,
            Inner::Trees(_, trees) => 1 + trees.iter().map(Tree::size).sum::<usize>(),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.changed(usize::MAX, Change::Drop)
    }

    /// As bytes, the element of this number changed.
    fn changed(&self, at: usize, change: Change) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out, at, change);
        out
    }

    /// `at` counts from this element on, in the order in which they stand.
    fn write(&self, out: &mut Vec<u8>, at: usize, change: Change) {
        let contents = match &self.inner {
            Inner::Bytes(bytes) => bytes.clone(),
            Inner::Trees(lead, trees) => {
                let mut contents = lead.clone();
                // Beyond all elements where it is this one, or none.
                let mut left = at.checked_sub(1).unwrap_or(usize::MAX);
                for tree in trees {
                    tree.write(&mut contents, left, change);
                    left = left.checked_sub(tree.size()).unwrap_or(usize::MAX);
                }
                contents
            }
        };
        if at == 0 {
            write_changed(out, self.tag, contents, change);
        } else {
            write(out, self.tag, &contents);
        }
    }
}

fn write_changed(out: &mut Vec<u8>, tag: u8, mut contents: Vec<u8>, change: Change) {
    let length = u32::try_from(contents.len()).unwrap_or(u32::MAX);
    match change {
        Change::Drop => return,
        Change::Double => write(out, tag, &contents),
        Change::Empty => contents.clear(),
        Change::More => contents.extend([5, 0]),
        Change::LongLength => {
            out.extend([&[tag, 0x84], &length.to_be_bytes()[..], &contents].concat());
            return;
        }
        Change::OpenLength => {
            out.extend([&[tag, 0x80], &contents[..], &[0, 0]].concat());
            return;
        }
        Change::HugeLength => {
            out.extend([&[tag, 0x84, 0xff, 0xff, 0xff, 0xff], &contents[..]].concat());
            return;
        }
        Change::Off(by) => {
            let length = contents.len().saturating_add_signed(by.into());
            write_length(out, tag, length);
            out.extend(contents);
            return;
        }
        Change::Tag(bits) => return write(out, tag ^ bits, &contents),
        Change::First(bits) => {
            if let Some(byte) = contents.first_mut() {
                *byte ^= bits;
            }
        }
        Change::Last(bits) => {
            if let Some(byte) = contents.last_mut() {
                *byte ^= bits;
            }
        }
    }
    write(out, tag, &contents);
}

fn write(out: &mut Vec<u8>, tag: u8, contents: &[u8]) {
    write_length(out, tag, contents.len());
    out.extend_from_slice(contents);
}

fn write_length(out: &mut Vec<u8>, tag: u8, length: usize) {
    let length = u16::try_from(length).expect("certificates of less than 64 KiB");
    let [high, low] = length.to_be_bytes();
    match length {
        0..=0x7f => out.extend([tag, low]),
        0x80..=0xff => out.extend([tag, 0x81, low]),
        _ => out.extend([tag, 0x82, high, low]),
    }
}
