//! One film, asked for in a thousand ways: of us, and of nginx. What we answer is byte for byte what nginx
//! answers, but for the differences in [`rules`], each of which an RFC allows or asks for.

mod forms;
mod plainly;
mod replies;
mod requests;
mod rules;
mod servers;

use std::collections::BTreeMap;

use replies::Reply;
use requests::Request;
use servers::{Film, Madang, Nginx};

/// Requests that are made up, beside those that are written down.
const MADE_UP: usize = 2000;

/// A difference between two answers.
struct Difference<'a> {
    request: &'a Request,
    field: replies::Field,
    ours: &'a Reply,
    theirs: &'a Reply,
}

/// How often the meaning of one request may differ.
const MOST_RULES: usize = 8;

/// Holds our answer against that of nginx: to the same request, and then, as long as a rule says that we understand it
/// otherwise, to one that says plainly what we understand.
fn compared(
    request: &Request,
    ours: &Reply,
    nginx: &Nginx,
    film: &Film,
    used: &mut BTreeMap<&str, usize>,
) -> Result<(), String> {
    let mut said = request.clone();
    for _ in 0..MOST_RULES {
        let theirs = nginx.answer(&said, film);
        if let Some(fault) = theirs.faults(&said, film).next() {
            return Err(format!("nginx, {fault}:\n{said}\n{theirs}"));
        }
        let mut plainly = None;
        for field in ours.differs(&theirs) {
            let difference = Difference {
                request: &said,
                field,
                ours,
                theirs: &theirs,
            };
            let Some(rule) = rules::ALL.iter().find(|rule| rule.explains(&difference)) else {
                return Err(format!(
                    "{field:?} differs and no rule says why:\n{request}\nours:\n{ours}\nnginx:\n{theirs}\nto:\n{said}"
                ));
            };
            *used.entry(rule.why).or_insert(0) += 1;
            plainly = plainly.or(rule.plainly);
        }
        match plainly {
            None => return Ok(()),
            Some(plainly) => plainly(&mut said),
        }
    }
    Err(format!(
        "it never becomes plain:\n{request}\nnginx hears:\n{said}"
    ))
}

#[test]
fn every_answer_is_nginx_s_or_a_difference_that_an_rfc_explains() {
    let film = Film::uploaded();
    let ours = Madang::start(&film);
    let theirs = Nginx::start(&film);
    let mut used: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut seen = BTreeMap::new();
    for request in requests::all(film.bytes.len(), MADE_UP) {
        let reply = ours.answer(&request, &film);
        *seen.entry(reply.status).or_insert(0) += 1;
        wrong.extend(
            reply
                .faults(&request, &film)
                .map(|fault| format!("ours, {fault}:\n{request}\n{reply}")),
        );
        if let Err(difference) = compared(&request, &reply, &theirs, &film, &mut used) {
            wrong.push(difference);
        }
    }
    println!("answers by status: {seen:?}\ndifferences by rule: {used:#?}");
    wrong.extend(
        rules::ALL
            .iter()
            .filter(|rule| !used.contains_key(rule.why))
            .map(|rule| format!("no request needs this rule: {} ({})", rule.why, rule.rfc)),
    );
    assert!(
        wrong.is_empty(),
        "{} faults, the first of them:\n\n{}",
        wrong.len(),
        wrong[..wrong.len().min(8)].join("\n\n")
    );
}
