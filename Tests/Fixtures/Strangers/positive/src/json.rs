//! The little JSON a check needs: one string member of a flat object in, quoted text out.

/// The string under `key` of a JSON object whose members are strings, numbers and words; None where it is no string.
pub fn member(object: &[u8], key: &str) -> Option<String> {
    let mut reader = Reader { rest: object };
    reader.accept(b'{').then_some(())?;
    let mut found = None;
    while reader.peek()? != b'}' {
        let name = reader.string()?;
        reader.accept(b':').then_some(())?;
        if reader.peek()? == b'"' {
            let value = reader.string()?;
            if name == key {
                found = Some(value);
            }
        } else {
            reader.skip_scalar();
        }
        if !reader.accept(b',') {
            break;
        }
    }
    reader.accept(b'}').then_some(found)?
}

/// `text` as a JSON string, quotes included.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if (control as u32) < 0x20 => out += &format!("\\u{:04x}", control as u32),
            other => out.push(other),
        }
    }
    out + "\""
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    fn accept(&mut self, wanted: u8) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.rest = &self.rest[1..];
        }
        there
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip_scalar(&mut self) {
        let end = self.rest.iter().position(|byte| matches!(byte, b',' | b'}')).unwrap_or(self.rest.len());
        self.rest = &self.rest[end..];
    }

    fn string(&mut self) -> Option<String> {
        self.accept(b'"').then_some(())?;
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    let character = self.escape()?;
                    bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                byte => bytes.push(byte),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let first = self.hex()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return char::from_u32(first);
                }
                (self.next()? == b'\\' && self.next()? == b'u').then_some(())?;
                let second = self.hex()?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
                return char::from_u32(0x10000 + ((first - 0xD800) << 10) + second);
            }
            other @ (b'"' | b'\\' | b'/') => other as char,
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = std::str::from_utf8(self.rest.get(..4)?).ok()?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        self.rest = &self.rest[4..];
        Some(value)
    }
}
