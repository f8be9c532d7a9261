#include "world.hpp"

#include "crypto/digest.hpp"
#include "files/descriptor.hpp"
#include "relay/inspection.hpp"

namespace scop::relay {

Task<pipe::Result<v1::ResolveReply>> FakeNeighbours::resolve(std::string address, std::string) {
  ++resolved;
  if (resolve_takes.count() > 0) {
    Timer timer(co_await asio::this_coro::executor, resolve_takes);
    co_await timer.async_wait(use_task);
  }
  if (accounts_away) co_return pipe::fail(pipe::Code::unavailable, "no connection");
  if (const auto found = resolutions.find(address); found != resolutions.end()) co_return found->second;
  v1::ResolveReply reply;
  if (address.ends_with("@our.example")) {
    reply.set_kind(v1::ResolveReply::MAILBOX);
    reply.set_mailbox(address);
  }
  co_return reply;
}

Task<pipe::Result<v1::Nothing>> FakeNeighbours::report_usage(v1::UsageReport report) {
  if (accounts_away) co_return pipe::fail(pipe::Code::unavailable, "no connection");
  reports.push_back(std::move(report));
  co_return v1::Nothing{};
}

Task<pipe::Result<v1::AttemptReport>> FakeNeighbours::attempt(v1::AttemptEnvelope envelope, Pieces pieces) {
  std::string octets;
  for (;;) {
    auto piece = co_await pieces();
    if (!piece) co_return pipe::fail(pipe::Code::data_loss, piece.error().what);
    if (!*piece) break;
    octets += **piece;
  }
  attempts.push_back({envelope, octets});
  if (courier) co_return courier(envelope, octets);
  co_return report_for(envelope, v1::RecipientReport::RELAYED, 250, "2.0.0");
}

Task<pipe::Result<v1::ReportPolicy>> FakeNeighbours::find_report_policy(std::string domain, std::string) {
  co_return report_policies[domain];
}

Task<pipe::Result<v1::PostReportReply>> FakeNeighbours::post_report(v1::PostReportRequest request,
                                                                    std::string) {
  if (!web) co_return pipe::fail(pipe::Code::unavailable, "no courier");
  co_return web(request);
}

Task<pipe::Result<v1::Receipt>> FakeNeighbours::pass(v1::Envelope envelope, std::string octets) {
  if (!signer) co_return pipe::fail(pipe::Code::unavailable, "no signer");
  co_return co_await signer(std::move(envelope), std::move(octets));
}

Task<pipe::Result<v1::Receipt>> FakeNeighbours::forward(v1::Envelope envelope, Pieces pieces) {
  std::string octets;
  for (;;) {
    auto piece = co_await pieces();
    if (!piece) co_return pipe::fail(pipe::Code::data_loss, piece.error().what);
    if (!*piece) break;
    octets += **piece;
  }
  forwards.push_back(envelope);
  co_return co_await pass(std::move(envelope), std::move(octets));
}

Task<pipe::Result<v1::OutcomeAnswer>> FakeNeighbours::outcome(v1::OutcomeQuestion) {
  co_return v1::OutcomeAnswer{};
}

v1::AttemptReport report_for(const v1::AttemptEnvelope& envelope, v1::RecipientReport::Result result,
                             unsigned code, const std::string& enhanced, bool ours) {
  v1::AttemptReport report;
  report.set_mx("mx." + envelope.domain());
  report.set_limit_key("mx." + envelope.domain());
  for (const auto& recipient : envelope.recipients()) {
    auto* one = report.add_recipients();
    one->set_address(recipient.address());
    one->set_result(result);
    one->mutable_reply()->set_code(code);
    one->mutable_reply()->set_enhanced(enhanced);
    one->mutable_reply()->set_text("as the test says");
    one->set_reply_is_ours(ours);
  }
  return report;
}

v1::ResolveReply alias_to(const std::vector<std::string>& addresses) {
  auto reply = resolution(v1::ResolveReply::ADDRESSES);
  for (const auto& address : addresses) reply.add_addresses(address);
  return reply;
}

v1::ResolveReply resolution(v1::ResolveReply::Kind kind) {
  v1::ResolveReply reply;
  reply.set_kind(kind);
  return reply;
}

v1::Envelope envelope_for(const std::vector<std::string>& recipients, std::string reverse_path) {
  v1::Envelope envelope;
  const auto id = Id::random();
  envelope.set_id(id.octets());
  envelope.set_trace(id.text());
  envelope.set_role(v1::ROLE_SUBMITTED);
  envelope.set_reverse_path(std::move(reverse_path));
  envelope.set_protocol("ESMTPSA");
  envelope.set_edge_host("mail.our.example");
  for (const auto& recipient : recipients) envelope.add_recipients()->set_address(recipient);
  return envelope;
}

v1::Envelope received_for(const std::vector<std::string>& recipients, std::string reverse_path) {
  auto envelope = envelope_for(recipients, std::move(reverse_path));
  envelope.set_role(v1::ROLE_RECEIVED);
  envelope.set_protocol("ESMTPS");
  envelope.set_client_address("192.0.2.77");
  envelope.set_client_helo("mx.else.example");
  envelope.set_client_name("mx.else.example");
  return envelope;
}

void dispose(v1::Findings& findings, const std::string& address, v1::Disposition::Kind kind, unsigned code) {
  auto* disposition = findings.add_dispositions();
  disposition->set_address(address);
  disposition->set_kind(kind);
  if (kind != v1::Disposition::REFUSE) return;
  disposition->mutable_reply()->set_code(code);
  disposition->mutable_reply()->set_enhanced(code < 500 ? "4.7.1" : "5.7.1");
  disposition->mutable_reply()->set_text("as the policy says");
}

std::vector<v1::Part> parts_of(const v1::Envelope& envelope, std::string_view octets, std::size_t piece) {
  std::vector<v1::Part> parts(1);
  *parts[0].mutable_envelope() = envelope;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    parts.emplace_back().set_data(std::string(octets.substr(at, piece)));
  }
  auto* findings = parts.emplace_back().mutable_findings();
  findings->set_size(octets.size());
  findings->set_sha256(crypto::sha256(octets));
  return parts;
}

namespace {

class ScriptedParts : public pipe::IncomingOctets {
 public:
  ScriptedParts(std::vector<v1::Part> parts, bool broken) : parts_(std::move(parts)), broken_(broken) {}
  Task<pipe::Result<std::optional<std::string>>> next(Deadline) override {
    if (next_ < parts_.size()) co_return std::optional<std::string>(parts_[next_++].SerializeAsString());
    if (broken_) co_return pipe::fail(pipe::Code::cancelled, "the caller went away");
    co_return std::optional<std::string>{};
  }

 private:
  std::vector<v1::Part> parts_;
  std::size_t next_ = 0;
  bool broken_;
};

Task<pipe::Result<v1::Receipt>> pass_to(Intake& intake, std::vector<v1::Part> parts, std::string caller,
                                        bool broken) {
  ScriptedParts octets(std::move(parts), broken);
  pipe::Incoming<v1::Part> incoming(octets);
  co_return co_await intake.pass({.caller = std::move(caller)}, incoming);
}

}  // namespace

void WorldTest::SetUp() {
  folder_ = std::filesystem::temp_directory_path() / ("scop-relay-" + Id::random().text());
  std::filesystem::create_directory(folder_);
  settings_ = settings::read_relay(config::Document::parse("", "scop.toml").value());
  settings_.mail_folder = folder_ / "mail";
  open();
  neighbours_.signer = [this](v1::Envelope envelope, std::string octets) {
    return pass_to(world_->intake(), parts_of(envelope, octets), "signer", false);
  };
}

void WorldTest::TearDown() {
  close();
  std::filesystem::remove_all(folder_);
}

void WorldTest::open() {
  io_ = std::make_unique<asio::io_context>(1);
  world_ = World::open(*io_, log_,
                       {"mail.our.example", "our.example", "postmaster@our.example", folder_, settings_},
                       neighbours_)
               .value();
  world_->start();
}

void WorldTest::close() {
  if (!world_) return;
  bool drained = false;
  asio::co_spawn(
      *io_,
      [](World& world, bool& out) -> Task<> {
        co_await world.drain(in(std::chrono::seconds{3}));
        out = true;
      }(*world_, drained),
      asio::detached);
  EXPECT_TRUE(run_until([&] { return drained; }));
  crash();
}

void WorldTest::crash() {
  world_.reset();
  io_.reset();
}

pipe::Result<v1::Receipt> WorldTest::pass(std::vector<v1::Part> parts, std::string caller, bool broken) {
  return wait_for(pass_to(world_->intake(), std::move(parts), std::move(caller), broken));
}

pipe::Result<v1::Receipt> WorldTest::pass_message(const v1::Envelope& envelope, std::string_view octets) {
  return pass(parts_of(envelope, octets));
}

bool WorldTest::run_until(const std::function<bool()>& holds) {
  const auto deadline = in(std::chrono::seconds{10});
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    io_->restart();
    io_->run_for(std::chrono::milliseconds{5});
  }
  return true;
}

std::vector<std::string> WorldTest::mail(const std::string& user, const std::string& box) const {
  std::vector<std::string> messages;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_ / "mail/our.example" / user / box / "new", error), end;
       !error && at != end; ++at) {
    messages.push_back(files::read_whole(at->path(), 100U << 20U).value());
  }
  return messages;
}

v1::QueueListReply WorldTest::list() { return wait_for(world_->administration().list({}, {})).value(); }

v1::QueueActReply WorldTest::act(v1::QueueActRequest::Action action, const std::string& id) {
  v1::QueueActRequest request;
  request.set_action(action);
  request.set_id(id);
  return wait_for(world_->administration().act({.caller = "operator"}, request)).value();
}

v1::OutcomeAnswer WorldTest::outcome(const v1::Envelope& envelope) {
  v1::OutcomeQuestion question;
  question.set_id(envelope.id());
  question.set_edge("submission");
  return wait_for(world_->intake().outcome({.caller = "signer"}, question)).value();
}

}  // namespace scop::relay
