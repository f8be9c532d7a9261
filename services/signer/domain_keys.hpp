// The keys of one domain: performs what libs/key_life decides. Every transition is on disk before anything is
// done about it, so that a crash is nothing but a restart.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "files/pool.hpp"
#include "key_life/life.hpp"
#include "log/log.hpp"
#include "signer/key_files.hpp"
#include "signer/publisher.hpp"

namespace scop::signer {

// What all domains share.
struct KeyWorld {
  const Log& log;
  files::Pool& pool;  // of one thread: writes come to the disk in their order
  Publisher& publisher;
  std::filesystem::path folder;  // the domains' folders are in it
  key_life::Schedule schedule;
  std::chrono::milliseconds margin{};  // added to what others may remember
  std::chrono::seconds ttl{};          // what they may remember, where nobody tells
  std::function<void()> changed;       // other keys sign from now on
};

// What the operator asks for.
struct RotationOrder {
  std::optional<dkim::KeyType> type;  // nullopt: every algorithm that the domain has
  bool compromised = false;
  bool published = false;  // nothing new: the records asked for are in the DNS now
};

struct KeyStanding {
  key_life::Key key;
  std::string published;  // "yes", "no: …", "no primary configured"
  std::optional<Time> next_step;
};

class DomainKeys {
 public:
  // A ledger that cannot be read leaves the domain as it was before there were ledgers: each key signs, none
  // changes.
  DomainKeys(std::string domain, const KeyWorld& world);

  const std::string& domain() const { return domain_; }
  const std::string& frozen() const { return frozen_; }  // why; empty: it is not
  void take_stock(const std::vector<key_life::Found>& files);
  bool signs(std::string_view selector) const;
  // No key signs, and a new one is on its way.
  bool is_between_keys() const;
  std::vector<KeyStanding> standings() const;

  // Empty: done, in memory; save() follows.
  std::string rotate(const RotationOrder& order);
  Task<bool> save();
  // Everything that can be done now. True: something went on.
  Task<bool> attend();
  void look_again();

  bool has_unmade() const;
  bool needs_retry() const;
  std::optional<key_life::Span> next_step() const;

 private:
  void pass();
  Task<> make_keys();
  Task<> erase_keys();
  Task<> settle_records();
  Task<> settle(key_life::Key key);
  void note(const key_life::Key& key, const std::string& problem);
  void report();
  bool is_settled(const key_life::Key& key) const;
  std::string published(const key_life::Key& key) const;
  std::string believe_operator(std::optional<dkim::KeyType> type);
  KeyName name(const key_life::Key& key) const { return {domain_, key.selector}; }

  std::string domain_;
  const KeyWorld& world_;
  std::filesystem::path folder_;
  std::string frozen_;
  key_life::Life life_;
  unsigned saved_ = 0;
  std::string save_problem_;
  std::optional<std::chrono::steady_clock::time_point> passed_;
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
  std::map<std::string, std::string> settled_;   // by selector: the record that was seen everywhere
  std::map<std::string, std::string> problems_;  // by selector: why it was not
  std::map<std::string, key_life::Stage> reported_;
  std::set<std::string> signing_;  // as last told by changed()
};

}  // namespace scop::signer
