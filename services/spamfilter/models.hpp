// The keeper of what was learnt: tables in memory, SQLite behind them. Lessons change the tables at once;
// whoever taught waits until a commit that many share has put them on disk.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "asio/task.hpp"
#include "bayes/classify.hpp"
#include "log/log.hpp"
#include "settings/spamfilter.hpp"
#include "token_store/token_store.hpp"

namespace scop::spamfilter {

enum class LessonKind { ham, spam, forget };

struct Lesson {
  LessonKind kind{};
  std::string user;        // user@domain, a domain, or empty: the shared model
  bool may_share = false;  // the teacher is no mere user: `user` says where it goes, and nowhere else
};

struct Taught {
  bool changed = false;
  std::string reason;  // where nothing changed
};

// What serves an address, and whether it has been taught enough to be believed.
struct ModelsFor {
  std::vector<const bayes::Table*> tables;
  bool believable = false;
};

class Models {
 public:
  Models(asio::io_context& io, const Log& log, const settings::Spamfilter& settings,
         token_store::TokenStore store);

  bayes::Features expand(const bayes::Tokens& tokens) const;
  ModelsFor models_for(std::string_view address) const;
  // Unsure where the models are not believable yet.
  bayes::Verdict classify(const bayes::Tokens& tokens, const bayes::Features& features,
                          const ModelsFor& models, const settings::SpamThresholds& thresholds) const;

  Task<Outcome<Taught>> teach(const bayes::Tokens& tokens, const Lesson& lesson);
  // Where the shared model is nearly certain; false: not by the rules, or enough for today.
  bool learn_by_itself(const bayes::Tokens& tokens, const bayes::Verdict& verdict, Time now);
  void forget_old(Time now);
  Outcome<> save();

  token_store::TokenStore::Figures figures() const { return store_.figures(); }

 private:
  Outcome<bool> learn_into(std::string_view table, const bayes::Tokens& tokens, LessonKind kind,
                           bayes::Day today);
  void take_back_own(const bayes::Tokens& tokens, LessonKind kind);
  void refine(std::string_view table, const bayes::Tokens& tokens);
  void plan_commit();
  Task<Outcome<>> committed();
  void commit();

  const Log& log_;
  const settings::Spamfilter& settings_;
  token_store::TokenStore store_;
  Timer next_commit_;
  Timer commit_done_;
  bool commit_planned_ = false;
  std::uint64_t commits_ = 0;
  Outcome<> last_commit_;
  std::chrono::steady_clock::time_point committed_at_{};
  struct ByItself {
    bayes::Day day = 0;
    unsigned ham = 0;
    unsigned spam = 0;
  } today_;
  std::unordered_map<std::string, bool> learnt_by_itself_;  // digest → spam
  std::deque<std::string> learnt_order_;
};

// "User+folder@Example.ORG" → "user@example.org"
std::string model_name(std::string_view address, std::string_view separator);

}  // namespace scop::spamfilter
