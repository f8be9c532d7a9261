#include "spamfilter/models.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "spamfilter/limits.hpp"

namespace scop::spamfilter {

namespace {

using token_store::Learned;

bayes::Day day_of(Time time) {
  return static_cast<bayes::Day>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string_view why_not(LessonKind kind, Learned learned) {
  if (learned == Learned::unknown) return "it has not been learnt";
  return kind == LessonKind::spam ? "it has been learnt as spam before" : "it has been learnt as ham before";
}

}  // namespace

std::string model_name(std::string_view address, std::string_view separator) {
  auto name = ascii::to_lower(address);
  const auto at = name.rfind('@');
  if (separator.empty() || at == std::string::npos) return name;
  const auto found = name.find(ascii::to_lower(separator));
  if (found != std::string::npos && found > 0 && found < at) name.erase(found, at - found);
  return name;
}

Models::Models(asio::io_context& io, const Log& log, const settings::Spamfilter& settings,
               token_store::TokenStore store)
    : log_(log), settings_(settings), store_(std::move(store)), next_commit_(io), commit_done_(io) {
  commit_done_.expires_at(
      Deadline::max());  // it is cancelled, for all who wait; moving it would wake them too
}

bayes::Features Models::expand(const bayes::Tokens& tokens) const {
  return bayes::expand(tokens, store_.hash_key());
}

ModelsFor Models::models_for(std::string_view address) const {
  ModelsFor models;
  models.tables = store_.tables_for(address);
  std::uint64_t ham = 0;
  std::uint64_t spam = 0;
  for (const auto* table : models.tables) {
    ham += table->totals.ham;
    spam += table->totals.spam;
  }
  models.believable = ham >= limits::least_learned && spam >= limits::least_learned;
  return models;
}

bayes::Verdict Models::classify(const bayes::Tokens& tokens, const bayes::Features& features,
                                const ModelsFor& models, const settings::SpamThresholds& thresholds) const {
  if (!models.believable) return {};
  return bayes::classify(tokens, features, models.tables, {.ham = thresholds.ham, .spam = thresholds.label});
}

Outcome<bool> Models::learn_into(std::string_view table, const bayes::Tokens& tokens, LessonKind kind,
                                 bayes::Day today) {
  const auto learned = kind == LessonKind::forget
                           ? store_.unlearn(tokens, table)
                           : store_.learn(tokens, table, kind == LessonKind::spam, today);
  if (!learned) return std::unexpected(learned.error());
  return *learned != Learned::already && *learned != Learned::unknown;
}

// A user's word against what the filter has taught itself.
void Models::take_back_own(const bayes::Tokens& tokens, LessonKind kind) {
  const auto found = learnt_by_itself_.find(tokens.digest);
  if (found == learnt_by_itself_.end()) return;
  const bool spam = found->second;
  if ((kind == LessonKind::spam) == spam && kind != LessonKind::forget) return;
  static_cast<void>(store_.unlearn(tokens, ""));
  learnt_by_itself_.erase(found);
}

// Who goes through all examples again (`scop train --passes`) moves the weights of those still told wrong.
void Models::refine(std::string_view table, const bayes::Tokens& tokens) {
  if (const auto refined = store_.refine(tokens, table); !refined)
    log_.error("lesson not refined", {{"error", refined.error().what}});
  plan_commit();
}

Task<Outcome<Taught>> Models::teach(const bayes::Tokens& tokens, const Lesson& lesson) {
  const auto today = day_of(now());
  take_back_own(tokens, lesson.kind);
  std::vector<std::string_view> tables{lesson.user};
  if (!lesson.may_share && settings_.users_teach == settings::Teaches::shared) tables.emplace_back();
  if (!lesson.may_share && settings_.users_teach == settings::Teaches::domain)
    tables.push_back(domain_of(lesson.user));
  Taught taught;
  for (const auto table : tables) {
    const auto changed = learn_into(table, tokens, lesson.kind, today);
    if (!changed) co_return std::unexpected(changed.error());
    taught.changed = taught.changed || *changed;
  }
  if (!taught.changed) {
    if (lesson.may_share && lesson.kind != LessonKind::forget) refine(lesson.user, tokens);
    const auto learned = lesson.kind == LessonKind::forget ? Learned::unknown : Learned::already;
    taught.reason = why_not(lesson.kind, learned);
    co_return taught;
  }
  if (auto saved = co_await committed(); !saved) co_return std::unexpected(saved.error());
  co_return taught;
}

void Models::commit() {
  last_commit_ = store_.commit();
  if (!last_commit_) log_.error("lessons not saved", {{"error", last_commit_.error().what}});
  ++commits_;
  committed_at_ = std::chrono::steady_clock::now();
  commit_planned_ = false;
  commit_done_.cancel();
}

void Models::plan_commit() {
  if (std::exchange(commit_planned_, true)) return;
  next_commit_.expires_at(committed_at_ + limits::commit_every);
  next_commit_.async_wait([this](const boost::system::error_code& error) {
    if (!error) commit();
  });
}

Task<Outcome<>> Models::committed() {
  plan_commit();
  for (const auto before = commits_; commits_ == before;) {
    boost::system::error_code ignored;
    co_await commit_done_.async_wait(asio::redirect_error(use_task, ignored));
  }
  co_return last_commit_;
}

bool Models::learn_by_itself(const bayes::Tokens& tokens, const bayes::Verdict& verdict, Time now) {
  if (!settings_.autolearn || verdict.label == bayes::Label::unsure) return false;
  const bool spam = verdict.score >= settings_.autolearn_spam;
  if (!spam && verdict.score > settings_.autolearn_ham) return false;
  const auto today = day_of(now);
  if (today_.day != today) today_ = {.day = today};
  auto& count = spam ? today_.spam : today_.ham;
  if (count >= settings_.autolearn_per_day) return false;
  const auto changed = learn_into("", tokens, spam ? LessonKind::spam : LessonKind::ham, today);
  if (!changed || !*changed) return false;
  ++count;
  plan_commit();
  constexpr std::size_t most_remembered = 20'000;
  if (learnt_by_itself_.insert_or_assign(tokens.digest, spam).second) learnt_order_.push_back(tokens.digest);
  for (; learnt_order_.size() > most_remembered; learnt_order_.pop_front())
    learnt_by_itself_.erase(learnt_order_.front());
  return true;
}

void Models::forget_old(Time now) {
  const auto gone = store_.expire(day_of(now));
  if (!gone) {
    log_.error("old lessons not forgotten", {{"error", gone.error().what}});
  } else {
    log_.info("old lessons forgotten", {{"gone", *gone}});
  }
}

Outcome<> Models::save() { return store_.commit(); }

}  // namespace scop::spamfilter
