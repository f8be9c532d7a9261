// The relay with its real queue and files, and neighbours that do what the test says.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>

#include "relay/wiring.hpp"

namespace scop::relay {

class FakeNeighbours : public Neighbours {
 public:
  Task<pipe::Result<v1::ResolveReply>> resolve(std::string address, std::string trace) override;
  Task<pipe::Result<v1::Nothing>> report_usage(v1::UsageReport report) override;
  Task<pipe::Result<v1::AttemptReport>> attempt(v1::AttemptEnvelope envelope, Pieces pieces) override;
  Task<pipe::Result<v1::ReportPolicy>> find_report_policy(std::string domain, std::string trace) override;
  Task<pipe::Result<v1::PostReportReply>> post_report(v1::PostReportRequest request,
                                                      std::string trace) override;
  Task<pipe::Result<v1::Receipt>> pass(v1::Envelope envelope, std::string octets) override;
  Task<pipe::Result<v1::Receipt>> forward(v1::Envelope envelope, Pieces pieces) override;
  Task<pipe::Result<v1::OutcomeAnswer>> outcome(v1::OutcomeQuestion question) override;

  // accounts: user@our.example is a mailbox unless said otherwise here; other domains are not ours.
  std::map<std::string, v1::ResolveReply> resolutions;
  bool accounts_away = false;
  // courier: what it answers, by attempt; the default is RELAYED for all.
  std::function<pipe::Result<v1::AttemptReport>(const v1::AttemptEnvelope&, const std::string&)> courier;
  // signer: nothing: hands bounces back into the relay, as the real one does.
  std::function<Task<pipe::Result<v1::Receipt>>(v1::Envelope, std::string)> signer;

  // courier: whom domains want told, and what it answers to a posted report.
  std::map<std::string, v1::ReportPolicy> report_policies;
  std::function<pipe::Result<v1::PostReportReply>(const v1::PostReportRequest&)> web;

  struct Attempted {
    v1::AttemptEnvelope envelope;
    std::string octets;
  };
  std::vector<Attempted> attempts;
  std::vector<v1::Envelope> forwards;
  std::vector<v1::UsageReport> reports;
  unsigned resolved = 0;
  std::chrono::milliseconds resolve_takes{};
};

v1::AttemptReport report_for(const v1::AttemptEnvelope& envelope, v1::RecipientReport::Result result,
                             unsigned code, const std::string& enhanced, bool ours = false);
v1::ResolveReply alias_to(const std::vector<std::string>& addresses);
v1::ResolveReply resolution(v1::ResolveReply::Kind kind);

// A stage before the relay: sends these parts, then ends the stream or breaks it.
std::vector<v1::Part> parts_of(const v1::Envelope& envelope, std::string_view octets,
                               std::size_t piece = 1000);
v1::Envelope envelope_for(const std::vector<std::string>& recipients,
                          std::string reverse_path = "a@our.example");

// From the world, as the verifier passes it.
v1::Envelope received_for(const std::vector<std::string>& recipients,
                          std::string reverse_path = "s@else.example");
void dispose(v1::Findings& findings, const std::string& address, v1::Disposition::Kind kind,
             unsigned code = 550);

class WorldTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  void open();   // starts the relay on the folder
  void close();  // ends it in good order
  void crash();  // forgets it: nothing more is written but what the writer's thread had
  pipe::Result<v1::Receipt> pass(std::vector<v1::Part> parts, std::string caller = "signer",
                                 bool broken = false);
  pipe::Result<v1::Receipt> pass_message(const v1::Envelope& envelope, std::string_view octets = message);
  // Runs the loop until it holds, at most for some seconds.
  bool run_until(const std::function<bool()>& holds);
  // Contents of new/, of the inbox or a folder (".Junk").
  std::vector<std::string> mail(const std::string& user, const std::string& box = "") const;
  v1::QueueListReply list();
  std::size_t queued() { return static_cast<std::size_t>(list().messages_size()); }
  v1::QueueActReply act(v1::QueueActRequest::Action action, const std::string& id);
  v1::OutcomeAnswer outcome(const v1::Envelope& envelope);
  template <class T>
  T wait_for(Task<T> task);

  static constexpr std::string_view message = "From: a@our.example\r\nSubject: x\r\n\r\nbody\r\n";
  std::filesystem::path folder_;
  settings::Relay settings_;
  Log log_{"relay", LogForm::text, LogLevel::error};
  FakeNeighbours neighbours_;
  std::unique_ptr<asio::io_context> io_;
  std::unique_ptr<World> world_;
};

template <class T>
T WorldTest::wait_for(Task<T> task) {
  std::optional<T> result;
  asio::co_spawn(
      *io_,
      [](Task<T> inner, std::optional<T>& out) -> Task<> { out.emplace(co_await std::move(inner)); }(
                                                   std::move(task), result),
      asio::detached);
  EXPECT_TRUE(run_until([&] { return result.has_value(); }));
  return std::move(*result);
}

}  // namespace scop::relay
