// scop train without --db: teaches the running spam filter over its pipe, many messages at a time.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "scop/instance.hpp"
#include "scop/json.hpp"
#include "scop/mail_source.hpp"
#include "scop/training_commands.hpp"

namespace scop::command {

namespace {

namespace methods = pipe::methods;

constexpr unsigned lessons_at_once = 16;
constexpr std::size_t part_octets = 256U << 10U;
constexpr std::chrono::seconds patience{30};
constexpr std::uint64_t shuffle_seed = 1;

struct Example {
  MailFile file;
  v1::TrainHead::Kind kind{};
};

// Mixed, so that neither kind is taught in one go; the same each time.
Outcome<std::vector<Example>> examples_of(const TrainOptions& options) {
  std::vector<Example> examples;
  const auto add = [&](const std::vector<std::string>& places, v1::TrainHead::Kind kind) -> Outcome<> {
    auto files = mail_files(places);
    if (!files) return std::unexpected(files.error());
    for (auto& file : *files)
      examples.push_back({std::move(file), options.unlearn ? v1::TrainHead::FORGET : kind});
    return {};
  };
  if (auto added = add(options.ham, v1::TrainHead::HAM); !added) return std::unexpected(added.error());
  if (auto added = add(options.spam, v1::TrainHead::SPAM); !added) return std::unexpected(added.error());
  std::mt19937_64 random(shuffle_seed);
  std::ranges::shuffle(examples, random);
  return examples;
}

Task<pipe::Result<v1::TrainReply>> teach(pipe::Channel& channel, v1::TrainHead head,
                                         std::string_view octets) {
  auto call = co_await channel.open(methods::train, in(patience));
  if (!call) co_return std::unexpected(std::move(call.error()));
  v1::TrainPart part;
  *part.mutable_head() = std::move(head);
  auto written = co_await call->write(part, in(patience));
  for (; written && !octets.empty(); octets.remove_prefix(std::min(octets.size(), part_octets))) {
    part.set_data(std::string(octets.substr(0, part_octets)));
    written = co_await call->write(part, in(patience));
  }
  if (written) {
    part.set_end(true);
    written = co_await call->write(part, in(patience));
  }
  co_return co_await call->finish(in(patience));
}

class MeshTraining {
 public:
  MeshTraining(const Context& context, const TrainOptions& options, std::vector<Example> examples)
      : context_(context), options_(options), examples_(std::move(examples)) {}

  Task<> run(pipe::Channel& channel);
  const std::optional<pipe::Status>& trouble() const { return trouble_; }
  void report(const v1::StatisticsReply& statistics) const;

 private:
  Task<> pass(pipe::Channel& channel, unsigned number);
  Task<> teach_in_turn(pipe::Channel& channel);
  Task<> teach_file(pipe::Channel& channel, const Example& example);
  v1::TrainHead head_of(const Example& example) const;

  const Context& context_;
  const TrainOptions& options_;
  std::vector<Example> examples_;
  unsigned pass_ = 0;
  std::size_t next_ = 0;
  unsigned running_ = 0;
  std::size_t changed_ = 0;
  std::size_t unchanged_ = 0;
  std::size_t unreadable_ = 0;
  std::optional<pipe::Status> trouble_;
};

v1::TrainHead MeshTraining::head_of(const Example& example) const {
  v1::TrainHead head;
  head.set_kind(example.kind);
  head.set_user(options_.user);
  return head;
}

Task<> MeshTraining::teach_file(pipe::Channel& channel, const Example& example) {
  const auto octets = read_mail_file(example.file);
  if (!octets) {
    if (pass_ > 0) co_return;
    context_.terminal.problem(octets.error().what);
    ++unreadable_;
    co_return;
  }
  for (const auto message : split_mbox(*octets)) {
    const auto reply = co_await teach(channel, head_of(example), message);
    if (!reply) {
      trouble_ = reply.error();
      co_return;
    }
    if (pass_ == 0) ++(reply->changed() ? changed_ : unchanged_);
  }
}

Task<> MeshTraining::teach_in_turn(pipe::Channel& channel) {
  while (!trouble_ && next_ < examples_.size()) co_await teach_file(channel, examples_[next_++]);
  --running_;
}

Task<> MeshTraining::pass(pipe::Channel& channel, unsigned number) {
  pass_ = number;
  next_ = 0;
  running_ = lessons_at_once;
  const auto executor = co_await asio::this_coro::executor;
  for (unsigned i = 0; i < lessons_at_once; ++i)
    asio::co_spawn(executor, teach_in_turn(channel), asio::detached);
  Timer timer(executor);
  while (running_ > 0) {
    timer.expires_after(std::chrono::milliseconds(20));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  }
}

// The filter refines what it has learnt when it meets it again.
Task<> MeshTraining::run(pipe::Channel& channel) {
  std::mt19937_64 random(shuffle_seed);
  const unsigned passes = options_.unlearn ? 1 : std::max(options_.passes, 1U);
  for (unsigned number = 0; number < passes && !trouble_; ++number) {
    co_await pass(channel, number);
    std::ranges::shuffle(examples_, random);
  }
}

void MeshTraining::report(const v1::StatisticsReply& statistics) const {
  const std::string_view word = options_.unlearn ? "unlearned" : "learned";
  if (context_.json) {
    return print_json(json::object{{word, changed_},
                                   {options_.unlearn ? "unknown" : "already", unchanged_},
                                   {"unreadable", unreadable_},
                                   {"features", statistics.tokens()},
                                   {"ham", statistics.ham()},
                                   {"spam", statistics.spam()}});
  }
  fmt::print("{}: {}\n{}: {}\n", word, changed_, options_.unlearn ? "unknown" : "already", unchanged_);
  fmt::print("the shared table holds {} ham and {} spam messages; {} features in all\n", statistics.ham(),
             statistics.spam(), statistics.tokens());
}

}  // namespace

int train_mesh(const Context& context, const TrainOptions& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  auto examples = examples_of(options);
  if (!examples) {
    context.terminal.problem(examples.error().what);
    return wrong_usage;
  }
  MeshTraining training(context, options, std::move(*examples));
  const auto conversed = instance->converse(
      "spamfilter", [&](pipe::Channel& channel) -> Task<> { co_await training.run(channel); });
  if (!conversed) return report(context, "spamfilter", *instance, conversed.error());
  if (training.trouble()) return report(context, "spamfilter", *instance, *training.trouble());
  const auto statistics = instance->call("spamfilter", methods::statistics, v1::Nothing());
  if (!statistics) return report(context, "spamfilter", *instance, statistics.error());
  training.report(*statistics);
  return good;
}

std::filesystem::path tokens_of_mesh(const Context& context) {
  const auto instance = Instance::open(context);
  return instance ? settings::state_folder(instance->mesh(), "spamfilter") / "tokens.db"
                  : std::filesystem::path();
}

}  // namespace scop::command
