-- Is any assessment held today, whether or not anything is in use: signed by a data protection officer who did not prepare it, not past its
-- review, and not waiting for the regulator's answer? Asked where nothing is in use: then there is nothing that could want one.
select exists (
    select from orders_assessment assessment join agencies_staff signer on signer.id = assessment.signed_by
    where signer.role = 'data_protection' and assessment.signed_by <> assessment.prepared_by
      and assessment.review_by > %(at)s and (assessment.asked_at is null or assessment.answered_at is not null)
) as held
