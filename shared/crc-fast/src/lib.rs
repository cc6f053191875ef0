//! The three checksums of the AWS SDK, in place of the crate `crc-fast`.
//!
//! That crate has tables for every checksum in use. They are 660 KB that cannot be compressed, a seventh of each function, and a
//! cold start reads all of it. The queue sends CRC-32 only, which is fast here. The other two are as slow as they are small.

use crc::{CRC_32_ISCSI, CRC_64_NVME, Crc, NoTable};
use std::fmt;

static ISCSI: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISCSI);
static NVME: Crc<u64, NoTable> = Crc::<u64, NoTable>::new(&CRC_64_NVME);

/// A checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrcAlgorithm {
    /// CRC-32 of ISO/IEC 13239.
    Crc32IsoHdlc,
    /// CRC-32C.
    Crc32Iscsi,
    /// CRC-64 of NVM Express.
    Crc64Nvme,
}

/// The checksum of the bytes so far.
#[derive(Clone)]
pub struct Digest(State);

#[derive(Clone)]
enum State {
    IsoHdlc(crc32fast::Hasher),
    Iscsi(crc::Digest<'static, u32, NoTable>),
    Nvme(crc::Digest<'static, u64, NoTable>),
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

impl Digest {
    /// Begins a checksum.
    #[must_use]
    pub fn new(algorithm: CrcAlgorithm) -> Self {
        Self(match algorithm {
            CrcAlgorithm::Crc32IsoHdlc => State::IsoHdlc(crc32fast::Hasher::new()),
            CrcAlgorithm::Crc32Iscsi => State::Iscsi(ISCSI.digest()),
            CrcAlgorithm::Crc64Nvme => State::Nvme(NVME.digest()),
        })
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::IsoHdlc(hasher) => hasher.update(bytes),
            State::Iscsi(digest) => digest.update(bytes),
            State::Nvme(digest) => digest.update(bytes),
        }
    }

    /// Returns the checksum, in the low bits.
    #[must_use]
    pub fn finalize(self) -> u64 {
        match self.0 {
            State::IsoHdlc(hasher) => hasher.finalize().into(),
            State::Iscsi(digest) => digest.finalize().into(),
            State::Nvme(digest) => digest.finalize(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The check values of the catalog of parametrised CRC algorithms.
    #[rstest]
    #[case(CrcAlgorithm::Crc32IsoHdlc, 0xcbf4_3926)]
    #[case(CrcAlgorithm::Crc32Iscsi, 0xe306_9283)]
    #[case(CrcAlgorithm::Crc64Nvme, 0xae8b_1486_0a79_9888)]
    fn a_checksum_has_its_check_value(#[case] algorithm: CrcAlgorithm, #[case] expected: u64) {
        let mut digest = Digest::new(algorithm);
        digest.update(b"1234");
        digest.update(b"56789");
        assert_eq!(digest.finalize(), expected);
    }
}
