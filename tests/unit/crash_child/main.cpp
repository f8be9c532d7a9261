// The relay's real queue and mailboxes without pipes: takes COUNT messages into FOLDER, several at a time,
// and prints "accepted <id>" once each receipt is there. With COUNT 0 it only delivers what is left.
#include <unistd.h>

#include <cstdio>

#include "core/ascii.hpp"
#include "crypto/digest.hpp"
#include "relay/inspection.hpp"
#include "relay/wiring.hpp"

namespace scop::relay {
namespace {

class EveryoneIsHere : public Neighbours {
 public:
  Task<pipe::Result<v1::ResolveReply>> resolve(std::string address, std::string) override {
    v1::ResolveReply reply;
    reply.set_kind(v1::ResolveReply::MAILBOX);
    reply.set_mailbox(std::move(address));
    co_return reply;
  }
  Task<pipe::Result<v1::Nothing>> report_usage(v1::UsageReport) override { co_return v1::Nothing{}; }
  Task<pipe::Result<v1::AttemptReport>> attempt(v1::AttemptEnvelope, Pieces) override {
    co_return pipe::fail(pipe::Code::unavailable, "no courier");
  }
  Task<pipe::Result<v1::ReportPolicy>> find_report_policy(std::string, std::string) override {
    co_return pipe::fail(pipe::Code::unavailable, "no courier");
  }
  Task<pipe::Result<v1::PostReportReply>> post_report(v1::PostReportRequest, std::string) override {
    co_return pipe::fail(pipe::Code::unavailable, "no courier");
  }
  Task<pipe::Result<v1::Receipt>> pass(v1::Envelope, std::string) override {
    co_return pipe::fail(pipe::Code::unavailable, "no signer");
  }
  Task<pipe::Result<v1::Receipt>> forward(v1::Envelope, Pieces) override {
    co_return pipe::fail(pipe::Code::unavailable, "no signer");
  }
  Task<pipe::Result<v1::OutcomeAnswer>> outcome(v1::OutcomeQuestion) override {
    co_return v1::OutcomeAnswer{};
  }
};

class OneMessage : public pipe::IncomingOctets {
 public:
  explicit OneMessage(std::size_t body) {
    std::string octets = "Subject: crash\r\n\r\n";
    while (octets.size() < body) octets += "0123456789 0123456789 0123456789\r\n";
    auto& envelope = *parts_[0].mutable_envelope();
    envelope.set_id(Id::random().octets());
    envelope.set_role(v1::ROLE_SUBMITTED);
    envelope.set_reverse_path("a@our.example");
    envelope.add_recipients()->set_address("u@our.example");
    parts_[2].mutable_findings()->set_size(octets.size());
    parts_[2].mutable_findings()->set_sha256(crypto::sha256(octets));
    parts_[1].set_data(std::move(octets));
  }
  Task<pipe::Result<std::optional<std::string>>> next(Deadline) override {
    if (next_ == parts_.size()) co_return std::optional<std::string>{};
    co_return std::optional<std::string>(parts_[next_++].SerializeAsString());
  }

 private:
  std::array<v1::Part, 3> parts_;
  std::size_t next_ = 0;
};

struct Run {
  std::uint64_t left = 0;
  unsigned senders = 0;
};

Task<> send(Intake& intake, Run& run) {
  ++run.senders;
  while (run.left > 0) {
    --run.left;
    // Every eighth one is large enough for the spool.
    OneMessage octets(run.left % 8 == 7 ? 90'000 : 2'000);
    pipe::Incoming<v1::Part> incoming(octets);
    const auto receipt = co_await intake.pass({.caller = "signer"}, incoming);
    if (!receipt || !receipt->has_accepted()) continue;
    const auto line = "accepted " + receipt->accepted().queue_id() + "\n";
    [[maybe_unused]] const auto written = ::write(1, line.data(), line.size());
  }
  --run.senders;
}

Task<> finish(asio::io_context& io, World& world, const Run& run) {
  Timer timer(io);
  do {
    timer.expires_after(std::chrono::milliseconds{50});
    co_await timer.async_wait(use_task);
    const auto queue = co_await world.administration().list({}, {});
    if (run.senders == 0 && queue && queue->total() == 0) break;
  } while (true);
  co_await world.drain(in(std::chrono::seconds{2}));
  io.stop();
}

int run(const std::filesystem::path& folder, std::uint64_t count) {
  asio::io_context io(1);
  const Log log("crash-child", LogForm::text, LogLevel::error);
  EveryoneIsHere neighbours;
  auto settings = settings::read_relay(config::Document::parse("", "scop.toml").value());
  settings.mail_folder = folder / "mail";
  auto world = World::open(
      io, log, {"mail.our.example", "our.example", "postmaster@our.example", folder, settings}, neighbours);
  if (!world) {
    std::fprintf(stderr, "%s\n", world.error().what.c_str());
    return 1;
  }
  (*world)->start();
  Run state{.left = count};
  for (int i = 0; i < 4; ++i) asio::co_spawn(io, send((*world)->intake(), state), asio::detached);
  asio::co_spawn(io, finish(io, **world, state), asio::detached);
  io.run();
  return 0;
}

}  // namespace
}  // namespace scop::relay

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return scop::relay::run(argv[1], scop::ascii::parse_unsigned(argv[2]).value_or(0));
}
