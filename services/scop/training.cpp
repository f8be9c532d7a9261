#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "bayes/tokenize.hpp"
#include "core/clock.hpp"
#include "scop/json.hpp"
#include "scop/mail_source.hpp"
#include "scop/training_commands.hpp"
#include "token_store/token_store.hpp"

namespace scop::command {

namespace {

constexpr std::size_t messages_in_commit = 2'000;
constexpr std::size_t most_kept_octets = 256U << 20U;  // of tokens, for the further passes
constexpr std::uint64_t shuffle_seed = 1;

struct Example {
  MailFile file;
  bool spam = false;
};

class Training {
 public:
  Training(const Context& context, const TrainOptions& options, token_store::TokenStore& store)
      : context_(context), options_(options), store_(store) {}
  Outcome<> run(const std::vector<Example>& examples);
  void report() const;

 private:
  Outcome<> take_file(const Example& example);
  Outcome<> take(std::string_view octets, bool spam);
  Outcome<> refine();

  const Context& context_;
  const TrainOptions& options_;
  token_store::TokenStore& store_;
  mime_text::Charsets charsets_;
  bayes::Day today_ =
      static_cast<bayes::Day>(std::chrono::floor<std::chrono::days>(now()).time_since_epoch().count());
  std::vector<std::string> kept_;  // tokens of new messages
  std::size_t kept_octets_ = 0;
  std::size_t since_commit_ = 0;
  std::size_t unreadable_ = 0;
  std::map<token_store::Learned, std::size_t> counts_;
};

Outcome<> Training::run(const std::vector<Example>& examples) {
  for (const auto& example : examples) {
    if (auto done = take_file(example); !done) return done;
  }
  if (auto done = refine(); !done) return done;
  if (auto done = store_.commit(); !done) return done;
  const auto expired = store_.expire(today_);
  return expired ? Outcome<>{} : std::unexpected(expired.error());
}

Outcome<> Training::take_file(const Example& example) {
  const auto octets = read_mail_file(example.file);
  if (!octets) {
    context_.terminal.problem(octets.error().what);
    ++unreadable_;
    return {};
  }
  for (const auto message : split_mbox(*octets)) {
    if (auto done = take(message, example.spam); !done) return done;
  }
  return {};
}

Outcome<> Training::take(std::string_view octets, bool spam) {
  const auto tokens = bayes::tokenize(octets, charsets_);
  const auto learned = options_.unlearn ? store_.unlearn(tokens, options_.user)
                                        : store_.learn(tokens, options_.user, spam, today_);
  if (!learned) return std::unexpected(learned.error());
  ++counts_[*learned];
  const bool is_new =
      *learned == token_store::Learned::learned || *learned == token_store::Learned::relearned;
  if (is_new && kept_octets_ < most_kept_octets && options_.passes > 1) {
    kept_.push_back(tokens.octets());
    kept_octets_ += kept_.back().size();
  }
  if (++since_commit_ < messages_in_commit) return {};
  since_commit_ = 0;
  return store_.commit();
}

Outcome<> Training::refine() {
  std::mt19937_64 random(shuffle_seed);
  for (unsigned pass = 1; pass < options_.passes; ++pass) {
    std::ranges::shuffle(kept_, random);
    for (const auto& octets : kept_) {
      const auto tokens = bayes::Tokens::from_octets(octets);
      if (!tokens) return std::unexpected(tokens.error());
      if (auto done = store_.refine(*tokens, options_.user); !done) return done;
    }
  }
  return {};
}

void Training::report() const {
  const auto figures = store_.figures();
  const auto count = [&](token_store::Learned kind) {
    const auto found = counts_.find(kind);
    return found == counts_.end() ? std::size_t{0} : found->second;
  };
  using token_store::Learned;
  if (context_.json) {
    return print_json(json::object{{"learned", count(Learned::learned)},
                                   {"already", count(Learned::already)},
                                   {"relearned", count(Learned::relearned)},
                                   {"unlearned", count(Learned::unlearned)},
                                   {"unknown", count(Learned::unknown)},
                                   {"unreadable", unreadable_},
                                   {"features", figures.features},
                                   {"ham", figures.shared.ham},
                                   {"spam", figures.shared.spam}});
  }
  for (const auto& [kind, number] : counts_) fmt::print("{}: {}\n", token_store::name_of(kind), number);
  fmt::print("the shared table holds {} ham and {} spam messages; {} features in {} tables\n",
             figures.shared.ham, figures.shared.spam, figures.features, figures.tables);
}

// Mixed, so that neither kind is learned in one go; the same each time.
Outcome<std::vector<Example>> examples_of(const TrainOptions& options) {
  std::vector<Example> examples;
  for (const bool spam : {false, true}) {
    auto files = mail_files(spam ? options.spam : options.ham);
    if (!files) return std::unexpected(files.error());
    for (auto& file : *files) examples.push_back({std::move(file), spam});
  }
  std::mt19937_64 random(shuffle_seed);
  std::ranges::shuffle(examples, random);
  return examples;
}

}  // namespace

int train_database(const Context& context, const TrainOptions& options) {
  const auto examples = examples_of(options);
  if (!examples) {
    context.terminal.problem(examples.error().what);
    return wrong_usage;
  }
  auto store = token_store::TokenStore::open(options.database);
  if (!store) {
    context.terminal.problem(fmt::format("{}: {}", options.database.string(), store.error().what));
    return declined;
  }
  Training training(context, options, *store);
  if (auto done = training.run(*examples); !done) {
    context.terminal.problem(done.error().what);
    return declined;
  }
  training.report();
  return good;
}

}  // namespace scop::command
