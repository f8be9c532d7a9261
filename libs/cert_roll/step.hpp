// How a public certificate is replaced so that no resolver ever holds TLSA records (RFC 6698, RFC 7671 8.1)
// that none of the served keys match. Decides what comes next; does nothing itself and reads no clock.
//
//   settled ─begin, another key─▶ announcing ─shown by every server─▶ waiting ─two TTLs─▶ placing
//      └────begin, the same key─────────────────────────────────────────────────────────────▶┘
//   placing ─files are there─▶ proving ─seen on every port─▶ retiring ─old records gone─▶ settled
//
// Every action may be repeated: a crash between an action and the saved state costs its repetition alone.
#pragma once

#include "cert_roll/state.hpp"

namespace scop::cert_roll {

enum class Action {
  rest,      // nothing is under way
  announce,  // publish keys_to_publish(), then announced()
  wait,      // until wait_ends()
  place,     // put the next key and certificate where the daemons read them, then placed()
  prove,     // look at every port: is the next certificate served? then proven()
  retire,    // publish keys_to_publish(), remove keys_to_withdraw(), then retired()
};

// The keys whose TLSA records stand in the DNS while the state holds, and those whose records go.
std::vector<std::string> keys_to_publish(const State& state);
std::vector<std::string> keys_to_withdraw(const State& state);

// `key` and `certificate` are SHA-256 in hex (see State). conflict: a roll is past the point where its key
// may be served already; it has to end first. One that has only announced its key is given up for this one.
Outcome<State> begin(State state, std::string key, std::string certificate, Time now);

// What is to be done now. Moves from waiting to placing when the time has come; save the state before acting.
Action next(State& state, Time now);

// All servers of the zone show keys_to_publish(); `ttl`: the longest time a resolver may go on with what it
// read before.
void announced(State& state, std::chrono::seconds ttl, Time now);
Time wait_ends(const State& state);
// While waiting: the records were found to have gone meanwhile. They have to be announced and waited for
// anew.
void announce_again(State& state, Time now);
void placed(State& state, Time now);
void proven(State& state, Time now);
void retired(State& state, Time now);

}  // namespace scop::cert_roll
