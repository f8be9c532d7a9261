#include "spamfilter/service.hpp"

#include "spamfilter/labelling.hpp"
#include "spamfilter/limits.hpp"
#include "spamfilter/wiring.hpp"
#include "stage/carry.hpp"

namespace scop::spamfilter {

namespace methods = pipe::methods;

Outcome<> Service::bind(daemon::Boot& boot) {
  configure(boot.document());
  boot_ = &boot;
  for (const auto& text : settings_.http_listen) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto listener = net::Listener::bind(boot.io(), *endpoint);
    if (!listener) return std::unexpected(std::move(listener.error()));
    http_.push_back(std::move(*listener));
  }
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  auto desk = open_desk(boot.io(), boot.log(), boot.mesh().log_form, settings_, boot.state());
  if (!desk) return std::unexpected(std::move(desk.error()));
  desk_ = std::move(*desk);
  training_ = std::make_unique<Training>(*desk_);
  http_check_ = std::make_unique<HttpCheck>(*desk_);
  next_forgetting_ = std::make_unique<Timer>(boot.io());
  const auto figures = desk_->models->figures();
  boot.log().info("models loaded", {{"tables", figures.tables},
                                    {"features", figures.features},
                                    {"ham", figures.shared.ham},
                                    {"spam", figures.shared.spam},
                                    {"octets", figures.octets}});
  const auto learnt = [&](std::string_view kind, std::uint64_t (v1::StatisticsReply::*value)() const) {
    boot.metrics().gauge("scop_spamfilter_training_messages", "messages that the shared model has learnt",
                         [this, value] { return static_cast<double>((statistics().*value)()); },
                         {{"kind", std::string(kind)}});
  };
  learnt("ham", &v1::StatisticsReply::ham);
  learnt("spam", &v1::StatisticsReply::spam);
  serve(boot.server());
  return {};
}

void Service::serve(pipe::Server& server) {
  server.on_stream(methods::pass, [this](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
    return stage::carry({"spamfilter", boot_->channel("verifier"), boot_->log()},
                        std::make_unique<Labelling>(*desk_), std::move(call), parts);
  });
  server.on_unary(methods::outcome, [this](pipe::Call call, v1::OutcomeQuestion question) {
    return stage::ask_outcome(boot_->channel("verifier"), true, std::move(call), std::move(question));
  });
  server.on_stream(methods::train, [this](pipe::Call call, pipe::Incoming<v1::TrainPart>& parts) {
    return training_->train(std::move(call), parts);
  });
  server.on_unary(methods::reputation, [this](pipe::Call, v1::ReputationRequest request) {
    return [](v1::ReputationReply reply) -> Task<pipe::Result<v1::ReputationReply>> {
      co_return reply;
    }(desk_->standing->of(request.address(), now()));
  });
  server.on_unary(methods::statistics, [this](pipe::Call, v1::Nothing) {
    return [](v1::StatisticsReply reply) -> Task<pipe::Result<v1::StatisticsReply>> {
      co_return reply;
    }(statistics());
  });
}

v1::StatisticsReply Service::statistics() const {
  const auto figures = desk_->models->figures();
  v1::StatisticsReply reply;
  reply.set_ham(figures.shared.ham);
  reply.set_spam(figures.shared.spam);
  reply.set_tokens(figures.features);
  reply.set_users(figures.tables - desk_->models->models_for("").tables.size());  // beside the shared one
  reply.set_judged(desk_->judged);
  return reply;
}

void Service::start() {
  desk_->judge->begin();
  desk_->standing->start();
  asio::co_spawn(boot_->io(), forget_daily(), asio::detached);
  for (auto& listener : http_) {
    listener.start([this](net::Stream stream) { http_check_->accept(std::move(stream)); });
    boot_->log().info("listening for HTTP", {{"at", net::to_text(listener.local())}});
  }
}

Task<> Service::forget_daily() {
  for (;;) {
    next_forgetting_->expires_after(limits::forget_every);
    boost::system::error_code error;
    co_await next_forgetting_->async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    desk_->models->forget_old(now());
  }
}

Task<> Service::drain(Deadline) {
  for (auto& listener : http_) listener.stop();
  next_forgetting_->cancel();
  if (auto saved = desk_->models->save(); !saved)
    boot_->log().error("lessons not saved", {{"error", saved.error().what}});
  co_await desk_->standing->stop();
}

}  // namespace scop::spamfilter
