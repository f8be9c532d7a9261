// One look at one certificate: is another one needed, and what is the next step of a roll? Does what can be
// done now, and says when to look again. Every step is saved before and after; it may be killed anywhere.
#pragma once

#include <string>

#include "cert_roll/step.hpp"
#include "log/log.hpp"
#include "scop/acme_files.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

struct PassOptions {
  bool may_order = false;    // else only what has been begun goes on
  bool order_now = false;    // a certificate, due or not
  bool new_key = false;      // and for a new key
  bool heed_trouble = true;  // wait as long as an earlier failure wants
  bool to_the_end = false;   // sleep through the waits of a roll
  std::chrono::milliseconds proof_patience{60'000};
};

struct Standing {
  bool good = true;      // nothing went wrong
  bool settled = false;  // nothing is under way
  Time look_again{};     // at the latest
  std::string text;      // for people
};

class Pass {
 public:
  Pass(const World& world, const Pair& pair, const Log& log, PassOptions options)
      : world_(world), pair_(pair), log_(log), options_(options), files_(world, pair) {}
  Standing run();

 private:
  Outcome<> take_up_staged();
  Outcome<> order_if_needed();
  Outcome<> go_on();                            // with the roll, as far as it goes
  Outcome<bool> act(cert_roll::Action action);  // false: no further now
  Outcome<bool> announce();
  Outcome<bool> place();
  Outcome<bool> prove();
  Outcome<bool> retire();
  Outcome<> still_announced();
  Outcome<> keep_announced();  // what is served, where we may write that
  Standing standing(const Outcome<>& done) const;

  const World& world_;
  const Pair& pair_;
  const Log& log_;
  PassOptions options_;
  Files files_;
  cert_roll::State state_;
};

}  // namespace scop::command::acme
