#include "courier/post_report.hpp"

#include "courier/https.hpp"
#include "courier/limits.hpp"

namespace scop::courier {

namespace {

bool is_report_type(std::string_view type) {
  return type == "application/tlsrpt+gzip" || type == "application/tlsrpt+json";
}

v1::PostReportReply refused(std::string why) {
  v1::PostReportReply reply;
  reply.set_why(std::move(why));
  return reply;
}

}  // namespace

Task<v1::PostReportReply> post_report(World& world, v1::PostReportRequest request, std::string trace) {
  auto url = https_client::parse_url(request.uri());
  if (!url) co_return refused(url.error().what);
  if (request.body().size() > limits::report_octets) co_return refused("the report is over 1 MiB");
  if (!is_report_type(request.content_type())) co_return refused("not a report's content type");
  const auto size = request.body().size();
  https_client::Request post{.method = https_client::Method::post,
                             .url = std::move(*url),
                             .content_type = request.content_type(),
                             .body = std::move(*request.mutable_body())};
  auto response =
      co_await over_https(world, std::move(post), {.status_only = true, .total = limits::post_report}, trace);
  v1::PostReportReply reply;
  if (response) {
    reply.set_status(response->status);
  } else {
    reply.set_why(std::move(response.error().what));
  }
  world.log.info("report posted", {{"uri", request.uri()},
                                   {"octets", size},
                                   {"status", reply.status()},
                                   {"why", reply.why()},
                                   {"trace", trace}});
  co_return reply;
}

}  // namespace scop::courier
