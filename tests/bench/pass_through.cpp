// Stands in for scop-spamfilter or scop-verifier, by the name it is called by: hands every Pass on and looks
// at nothing. For the benchmark of what receiving and delivering cost alone.
#include <filesystem>

#include "daemon/service.hpp"
#include "stage/carry.hpp"

namespace {

using namespace scop;

class Onlooker final : public stage::Observer {
 public:
  Task<stage::Stepped<v1::Envelope>> envelope(v1::Envelope envelope) override { co_return envelope; }
  Task<stage::Stepped<>> data(std::string_view) override { co_return stage::Stepped<>{}; }
  Task<stage::Stepped<v1::Findings>> finish(v1::Findings findings) override { co_return findings; }
};

class PassThrough final : public daemon::Service {
 public:
  explicit PassThrough(std::string_view name)
      : name_(name), next_(name == "spamfilter" ? "verifier" : "relay") {}

  Outcome<> bind(daemon::Boot& boot) override {
    boot_ = &boot;
    return {};
  }
  Outcome<> open(daemon::Boot& boot) override {
    boot.server().on_stream(pipe::methods::pass, [this](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
      return stage::carry({name_, boot_->channel(next_), boot_->log()}, std::make_unique<Onlooker>(),
                          std::move(call), parts);
    });
    boot.server().on_unary(pipe::methods::outcome, [this](pipe::Call call, v1::OutcomeQuestion question) {
      return stage::ask_outcome(boot_->channel(next_), name_ == "spamfilter", std::move(call),
                                std::move(question));
    });
    return {};
  }
  daemon::Walls walls() const override {
    daemon::Walls walls;
    walls.memory = 512ULL << 20U;
    return walls;
  }
  void start() override {}
  void reload() override {}
  Task<> drain(Deadline) override { co_return; }

 private:
  std::string_view name_;
  std::string_view next_;
  daemon::Boot* boot_ = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
  const auto own = std::filesystem::path(argc > 0 ? *argv : "").filename();
  const std::string_view name = own == "scop-verifier" ? "verifier" : "spamfilter";
  return daemon::run(argc, argv, name, [name] { return std::make_unique<PassThrough>(name); });
}
