// "If this daemon is taken over, then …": computed for every daemon, and how many break-ins lie between the
// world and each power.
#pragma once

#include <string>
#include <vector>

#include "risk/powers.hpp"

namespace scop::risk {

struct Callable {
  std::string callee;
  std::string method;
  std::string allows;
  std::string bounded_by;
};

struct Passing {
  std::string with;  // the other daemon
  std::string method;
  std::string data;  // "bodies, contacts"
};

struct Fallen {
  std::string what;
  std::string holder;
  std::string if_lost;
  std::string because;  // of others' only: how it can be read
  Source source = Source::configuration;
};

struct Ability {
  std::string power;  // id
  std::string what;
  std::string because;  // of an inability: what it would take
  Source source = Source::configuration;
};

struct Next {
  std::string neighbour;
  std::string way;                // "it calls relay", "resolver answers it"
  std::vector<std::string> adds;  // what a break-in there would add; texts of powers
};

struct Takeover {
  std::string daemon;
  std::vector<Callable> calls;
  std::vector<Passing> passes;
  std::vector<Fallen> falls;
  std::vector<Ability> can;
  std::vector<Ability> cannot;
  std::vector<Next> next;
};

// How few daemons have to be taken over, one from the other, until a power is had.
struct Chain {
  std::string power;
  std::string what;
  std::vector<std::string> path;  // the first one talks with the world; empty: no daemon has it
};

std::vector<Takeover> takeovers(const Facts& facts);
std::vector<Chain> chains(const Facts& facts);

// Daemons that strangers can talk to, or that talk to strangers.
bool is_exposed(const Facts& facts, std::string_view daemon);

}  // namespace scop::risk
