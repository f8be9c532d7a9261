// The life of a domain's DKIM keys, as a machine: time and facts go in, what each key's name in the DNS must
// answer and which keys sign comes out. RFC 6376 3.6.1 (empty p=), 5.2 and Appendix C (rotation). Pure: no
// clock, no file, no socket. The two algorithms go their ways apart; several keys of one algorithm may be in
// different stages.
//
//   stage       in the DNS   signs   goes on when                                            to
//   making      nothing      no      made(): the private half is on disk                     publishing
//   publishing  the key      no      seen(): every server answers it                         waiting
//                                    … and it is urgent                                      signing
//   waiting     the key      no      `wait` is over (nobody remembers that there was         signing
//                                    nothing) and seen() once more
//   signing     the key      yes     a later key of its algorithm begins to sign, or its     kept
//                                    file is gone
//   kept        the key      no      schedule.keep is over: no signature of it is under way  retired
//   retired     an empty p=  no      seen(), and then schedule.retire_for is over            removing
//   removing    nothing      no      seen(), and its file is gone                            forgotten
//
// A key is compromised: from every stage but removing (from making: to removing) at once to retired, and an
// urgent new one is made. A key whose file is lost before it has signed goes to removing.
//
// Whoever performs it writes the ledger before he acts on it. Then a crash at any point is harmless: each
// stage says what must be so, and making it so once more changes nothing.
//
// Time is counted, not dated: a stage's age grows by what both the civil and the monotonic clock say has
// passed (over a restart: by the civil clock, never backwards). A clock that is set back, or jumps ahead
// while we run, retires nothing early.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "key_life/ledger.hpp"

namespace scop::key_life {

struct Schedule {
  Span rotate_every{0};  // 0: only when asked
  Span keep = std::chrono::days{7};
  Span retire_for = std::chrono::days{7};
};

// A key file found on disk.
struct Found {
  std::string selector;
  dkim::KeyType type = dkim::KeyType::rsa;
  std::string record;  // empty: the file is there, but cannot be read
};

class Life {
 public:
  Life(Schedule schedule, Ledger ledger) : schedule_(schedule), ledger_(std::move(ledger)) {}

  const Ledger& ledger() const { return ledger_; }
  const Key* find(std::string_view selector) const;
  // Grows with everything that is worth writing down.
  unsigned revision() const { return revision_; }

  // All key files there are. One that the ledger does not know signs from now on, as keys did before there
  // were ledgers; of those that must not sign any more, see to_erase().
  void take_stock(std::span<const Found> files, Time now);
  // `monotonic`: since the last call; nullopt: there was none in this process.
  void pass(Time now, std::optional<Span> monotonic);
  // Empty: begun. Else why not, for the operator.
  std::string rotate(dkim::KeyType type, bool compromised, Time now);

  // Facts. One that comes late, about a stage that is over, changes nothing.
  void made(std::string_view selector, std::string record, Time now);
  void taken(std::string_view selector,
             Time now);  // the name of a key in making is somebody else's: another one
  void erased(std::string_view selector);
  // Every server answers `record` ("": nothing) at the key's name. `wait`: how long others may remember what
  // was there before.
  void seen(std::string_view selector, std::string_view record, Span wait, Time now);

  // Whether the key's way depends on what the DNS answers now.
  bool awaits_sight(const Key& key) const;
  // Selectors whose private half must go.
  std::vector<std::string> to_erase() const;
  // After which time a key goes on, if time is all it needs.
  std::optional<Span> next_step(const Key& key) const;

 private:
  Key* entry_of(std::string_view selector);
  void enter(Key& key, Stage stage, Time now);
  void retire(Key& key, Time now);
  void begin_signing(Key& key, Time now);
  void adopt(const Found& file, Time now);
  void lose_file(Key& key, Time now);
  void grow_old(Time now);
  void keep_schedule(dkim::KeyType type, Time now);
  Span other_is_busy_for(dkim::KeyType type) const;
  std::optional<Span> left_to_rotation(dkim::KeyType type) const;
  std::string make_new(dkim::KeyType type, bool urgent, Time now);

  Schedule schedule_;
  Ledger ledger_;
  std::vector<std::string> on_disk_;  // selectors
  unsigned revision_ = 0;
};

}  // namespace scop::key_life
