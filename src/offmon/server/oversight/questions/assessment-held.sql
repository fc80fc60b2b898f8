-- Is any assessment held today, whether or not anything is in use: signed by a data protection officer who did not prepare it, not past
-- its review, and not waiting for the regulator's answer? Asked where nothing is in use: then there is nothing that could want one.
select exists (
    select from orders_assessment assessment
    join agencies_staff preparer on preparer.id = assessment.prepared_by and preparer.agency_id = assessment.agency
    join agencies_staff signer on signer.id = assessment.signed_by and signer.agency_id = assessment.agency
    where preparer.id <> signer.id and preparer.role = any(%(may_prepare)s) and signer.role = any(%(may_sign)s)
      and assessment.review_by > %(at)s and (assessment.asked_at is null or assessment.answered_at is not null)
) as held
