//! The tables of area codes and postal codes, as comma separated values with a head of comments.

use super::{known, wrong, zone};
use crate::Unreadable;
use redial_domain::law::{Area, AreaCodes, Jurisdiction, Land, PostalCodes};
use std::collections::BTreeMap;

/// Reads the area codes. A code of another country closes, and one of no place says nothing.
///
/// # Errors
/// [`Unreadable`] with the first line that is wrong.
pub fn area_codes(text: &str, lands: &BTreeMap<Jurisdiction, Land>) -> Result<AreaCodes, Unreadable> {
    let mut areas = AreaCodes::new();
    for line in lines(text, "area_code,") {
        let mut fields = line.split(',');
        let (Some(code), Some(_kind), Some(region), Some(zones)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(wrong(line, "the line has too few fields"));
        };
        let number = code.parse().ok().filter(|number| (200..1000).contains(number));
        let number: u16 = number.ok_or_else(|| wrong(line, "this is no area code"))?;
        let area = match region {
            "" => Area::Nowhere,
            region if region.contains('-') => Area::Abroad,
            region => {
                let zones = zones.split('|').map(|name| zone(line, name)).collect::<Result<_, _>>()?;
                Area::In(known(line, region, lands)?, zones)
            }
        };
        if areas.insert(number, area).is_some() {
            return Err(wrong(line, "the code is there twice"));
        }
    }
    Ok(areas)
}

/// Reads the postal codes, by three digits or as a whole.
///
/// # Errors
/// [`Unreadable`] with the first line that is wrong.
pub fn postal_codes(text: &str, lands: &BTreeMap<Jurisdiction, Land>) -> Result<PostalCodes, Unreadable> {
    let mut codes = PostalCodes::default();
    for line in lines(text, "from,") {
        let mut fields = line.split(',');
        let (Some(from), Some(to), Some(regions)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(wrong(line, "the line has too few fields"));
        };
        let is_code = from.len() == to.len() && matches!(from.len(), 3 | 5);
        let range = from.parse::<u32>().ok().zip(to.parse::<u32>().ok()).filter(|(from, to)| is_code && from <= to);
        let (first, last) = range.ok_or_else(|| wrong(line, "this is no range of three or five digits"))?;
        let table = if from.len() == 3 { &mut codes.prefixes } else { &mut codes.whole };
        // A military address may be anywhere, so it says nothing.
        let regions = regions.split('|').filter(|region| !region.is_empty() && *region != "military");
        let regions = regions.map(|region| known(line, region, lands)).collect::<Result<Vec<_>, _>>()?;
        for code in first..=last {
            table.entry(code).or_default().extend(&regions);
        }
    }
    Ok(codes)
}

fn lines<'a>(text: &'a str, head: &'static str) -> impl Iterator<Item = &'a str> {
    text.lines().filter(move |line| !line.is_empty() && !line.starts_with('#') && !line.starts_with(head))
}
