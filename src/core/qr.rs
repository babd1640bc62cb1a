//! An address as a QR code that a terminal shows: two modules on top of each other are one character.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::text::{Size, Text};

/// 106 bytes of address, and 41 columns by 21 rows: with the three lines of the message below, all of
/// a terminal of 80 by 24 and no more. So nobody has to ask how large the terminal is, which would
/// mean to open a device that a user may have named.
const LARGEST: u8 = 5;
/// Modules of light around the code. The standard wants 4, readers are content with 2.
const MARGIN: i32 = 2;

/// The rows of a code that leads to `address`; `None` unless that is an https address that fits.
///
/// Light is drawn and dark is left out, as terminals are dark more often than not; on a light one
/// the code is inverted, which the cameras of phones read too.
#[must_use]
pub fn rows(address: &str) -> Option<Vec<Text>> {
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain || !address.starts_with("https://") {
        return None;
    }
    let segments = [QrSegment::make_bytes(address.as_bytes())];
    let (least, largest) = (QrCodeEcc::Low, Version::new(LARGEST));
    let code =
        QrCode::encode_segments_advanced(&segments, least, Version::MIN, largest, None, true);
    let code = code.ok()?;
    let (first, end) = (-MARGIN, code.size() + MARGIN);
    let light = |x, y| y < end && !code.get_module(x, y);
    let row = |y| {
        let halves: String =
            (first..end).map(|x| half_blocks(light(x, y), light(x, y + 1))).collect();
        Text::line(&halves, Size::MESSAGE)
    };
    Some((first..end).step_by(2).map(row).collect())
}

fn half_blocks(above: bool, below: bool) -> char {
    match (above, below) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Duo's own look.
    const PORTAL: &str = "https://api-12345678.duosecurity.com/portal?code=48bac5d9393fb2c2&akey=DIXXXXXXXXXXXXXXXXXX";

    /// What a camera makes of a dark terminal that shows these rows.
    fn read(rows: &[Text]) -> Vec<String> {
        const PIXELS: usize = 4;
        let columns = rows.iter().map(|row| row.as_str().chars().count()).max().unwrap_or(0);
        // Some dark terminal is left around it.
        let (width, height) = ((columns + 8) * PIXELS, (2 * rows.len() + 8) * PIXELS);
        let mut picture = vec![0_u8; width * height];
        for (y, row) in rows.iter().enumerate() {
            for (x, block) in row.as_str().chars().enumerate() {
                let light = [matches!(block, '█' | '▀'), matches!(block, '█' | '▄')];
                for (half, _) in light.iter().enumerate().filter(|(_, light)| **light) {
                    for pixel in 0..PIXELS * PIXELS {
                        let line = (2 * y + half + 4) * PIXELS + pixel / PIXELS;
                        picture[line * width + (x + 4) * PIXELS + pixel % PIXELS] = 255;
                    }
                }
            }
        }
        let mut reader = quircs::Quirc::default();
        let found = reader.identify(width, height, &picture);
        found
            .map(|code| {
                let data = code.unwrap().decode().unwrap();
                String::from_utf8(data.payload).unwrap()
            })
            .collect()
    }

    #[test]
    fn the_drawn_code_leads_to_the_address() {
        let longest = format!("https://e.example/{}", "x".repeat(88));
        for address in [PORTAL, "https://e.example/p", longest.as_str()] {
            let rows = rows(address).unwrap();
            assert_eq!(read(&rows), [address]);
        }
    }

    #[test]
    fn a_code_fits_a_small_terminal_together_with_the_message() {
        let rows = rows(PORTAL).unwrap();
        assert_eq!(rows.len(), 21);
        assert!(rows.iter().all(|row| row.as_str().chars().count() == 41));
        // 41 dots are 20 rows and a half.
        assert!(rows[20].as_str().chars().all(|c| c == '▀'), "{}", rows[20]);
    }

    #[test]
    fn what_is_no_https_address_of_that_length_is_not_drawn() {
        let long = format!("https://e.example/{}", "x".repeat(89));
        for address in [
            "",
            "http://e.example/p",
            "HTTPS",
            "javascript:alert(1)",
            "https://e.example/ä",
            "https://e.example/a b",
            "https://e.example/\n",
            &long,
        ] {
            assert_eq!(rows(address), None, "{address:?}");
        }
    }
}
